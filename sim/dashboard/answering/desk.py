"""One queue a process for everything that is simulated.

Threads of the desk take the next task of whoever comes first: a question without any answer before
one that has one, and among those the owner for whom least was simulated. An answer is put together
by one more thread as soon as 2, 4, 8, 16 … draws are there, and told by others, so that neither a
slow page nor a long table holds up the simulations. Everything is decided under one lock; nothing
is simulated, put together or told while it is held.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from sim.compiled import share_compiled
from sim.dashboard.answering.evaluating import bytes_of, evaluate, is_final, next_rung
from sim.dashboard.answering.memory import Bounded, question_key
from sim.dashboard.answering.places import Places, the_places
from sim.dashboard.answering.question import Answer, Question, Told
from sim.dashboard.answering.sentences import (
    COMPILING,
    MAKING_READY,
    SIMULATING,
    failed,
    refused,
    unexpected,
)
from sim.dashboard.answering.simulating import Simulator
from sim.dashboard.answering.telling import Teller
from sim.dashboard.answering.waiting_line import Line
from sim.dashboard.answering.work import (
    PREPARING,
    TOLD_STEP,
    Errand,
    Listener,
    Ticket,
    Work,
)
from sim.study.design import Task
from sim.study.errors import StudyError
from sim.study.executor import Failure, Stopped
from sim.study.live import Kept
from sim.study.pools import usable_cores
from sim.town.problems import TownError

if TYPE_CHECKING:
    from sim.town.town import Town

MOST_ANSWER_BYTES = 64_000_000
"""Answers kept, so that going back to one costs nothing; their runs may be remembered as well."""

FIRST_FAILURES = 4
"""If so many tasks fail before any succeeds, the others will fail as well."""

TICK_SECONDS = 0.5
"""How often is told how far the opening of a town is."""

PAGE_SECONDS = 0.3
"""So long after a first answer one core is left to the page that draws it."""

NICENESS = 5
"""Of simulating threads: a third of the share of what else wants to run, all of it if nothing."""

PATIENCE_AT_THE_END = 5.0


class Desk:
    """Takes questions, tells answers.

    Args:
        places: where towns are found; None for those of this process.
        workers: tasks at a time; None for the number of cores.
    """

    def __init__(self, places: Places | None = None, workers: int | None = None) -> None:
        self._simulator = Simulator(places or the_places())
        self._workers = max(1, workers or usable_cores())
        self._answers: Bounded[Answer] = Bounded(MOST_ANSWER_BYTES, bytes_of)
        self._final: Bounded[int] = Bounded(10_000, lambda _: 1)
        self._teller = Teller()
        self._wake = threading.Condition()
        self._line = Line()
        self._drawn_at = 0.0
        self._at_work = 0
        self._number = 0
        self._closed = False
        names = [(self._work_off, f"simulating {n}") for n in range(self._workers)]
        names.append((self._put_together, "answering"))
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True) for target, name in names
        ]
        for thread in self._threads:
            thread.start()

    # What pages call ------------------------------------------------------------------------

    def ask(
        self, question: Question, owner: str, purpose: str, told: Callable[[Told], None]
    ) -> Ticket:
        """Hand in a question; replaces an unfinished one of the same owner and purpose.

        Args:
            question: what is asked.
            owner: who asks, such as a session.
            purpose: what for.
            told: hears of progress and answers, from another thread; the last it hears has the
                whole share done, or says why there is no answer.
        """
        key = question_key(question, self._simulator.places.version(question.town))
        return self._take(key, question.town, question, (owner, purpose), told)

    def warm(self, town: str, owner: str, told: Callable[[Told], None]) -> Ticket:
        """Make a town's residents, so that the first question need not wait for them.

        Args:
            town: key of the town.
            owner: who opened it.
            told: hears how far it is; no answer comes.
        """
        return self._take(f"open {town}", town, None, (owner, "open"), told)

    def run(
        self, errand: Errand, town: str, owner: str, purpose: str, told: Callable[[Told], None]
    ) -> Ticket:
        """Do something else with a town that takes a moment, such as following two lives.

        Args:
            errand: called with the town, its residents, a function that takes the share done, and
                one that says whether to stop; InterruptedError ends it quietly.
            town: key of the town.
            owner: who asks.
            purpose: what for; a newer errand takes the place of the older.
            told: hears of progress; `Told.result` is what the errand has returned.
        """
        return self._take("", town, None, (owner, purpose), told, errand)

    def stop(self, ticket: Ticket) -> None:
        """Give up a question; what was told stays."""
        with self._wake:
            self._drop(lambda one: one == ticket)

    def leave(self, owner: str) -> None:
        """Give up everything an owner asked; the tab was closed."""
        with self._wake:
            self._drop(lambda one: one.owner == owner)
            self._line.used.pop(owner, None)

    def close(self) -> None:
        """Stop everything and end the desk's threads."""
        with self._wake:
            self._closed = True
            self._drop(lambda _: True)
            self._wake.notify_all()
        for thread in self._threads:
            # Whoever is compiling cannot be stopped; the program's end need not wait for it.
            thread.join(PATIENCE_AT_THE_END)
        self._teller.close()

    # Taking in ------------------------------------------------------------------------------

    def _take(
        self,
        key: str,
        town: str,
        question: Question | None,
        who: tuple[str, str],
        told: Callable[[Told], None],
        errand: Errand | None = None,
    ) -> Ticket:
        owner, purpose = who
        with self._wake:
            self._number += 1
            key = f"errand {self._number}" if errand is not None else key
            ticket = Ticket(self._number, owner, purpose)
            listener = Listener(ticket, told)
            known = None if question is None else self._answers.get(key)
            if known is not None and known.settled:
                self._drop_older(ticket)
                self._teller.tell(listener, Told(known, 1.0, 0.0))
                return ticket
            self._line.welcome(owner)
            work = self._line.open.get(key)
            if work is None:
                work = self._line.open[key] = Work(key, town, question, self._number, errand)
                if known is not None:
                    work.answer, work.rung = known, known.draws
            work.listeners[ticket.number] = listener
            self._drop_older(ticket)
            if work.answer is None and self._at_work >= self._workers:
                self._line.push_aside(work)
            self._news(work, always=True)
            self._wake.notify_all()
        return ticket

    def _drop(self, whom: Callable[[Ticket], bool]) -> None:
        for listener in self._line.drop(whom):
            self._teller.forget(listener)

    def _drop_older(self, ticket: Ticket) -> None:
        same = (ticket.owner, ticket.purpose)
        self._drop(lambda one: (one.owner, one.purpose) == same and one.number != ticket.number)

    # Simulating -----------------------------------------------------------------------------

    def _work_off(self) -> None:
        """What each simulating thread does until the desk is closed."""
        _step_back()
        while True:
            with self._wake:
                job = self._next()
                while job is None and not self._closed:
                    drawing = self._drawn_at - time.monotonic()
                    self._wake.wait(drawing if drawing > 0.0 else None)
                    job = self._next()
                if job is None:
                    return
                self._at_work += 1
            work, task, flag = job
            begun = time.monotonic()
            try:
                if task is None:
                    self._prepare(work)
                else:
                    self._simulate(work, task, flag)
            except Exception as error:  # a mistake of the program must not end the thread
                logging.getLogger(__name__).exception("a question could not be worked on")
                with self._wake:
                    self._fail(work, unexpected(error))
            finally:
                with self._wake:
                    self._at_work -= 1
                    self._line.charge(work, time.monotonic() - begun)
                    self._wake.notify_all()

    def _next(self) -> tuple[Work, Task | None, threading.Event] | None:
        """The next thing to do, None if there is nothing."""
        # While a first answer is put together, and drawn, it has a core to itself.
        first = time.monotonic() < self._drawn_at
        first = first or any(work.answer is None and self._is_ripe(work) for work in self._line)
        free = max(1, self._workers - first) - self._at_work
        return None if self._closed or free <= 0 else self._line.next()

    def _prepare(self, work: Work) -> None:
        """Make the town ready and lay out the tasks."""
        simulator = self._simulator
        was_ready = simulator.places.ready(work.town)
        try:
            town = simulator.prepare(work.town)
            made = None
            if work.question is not None:
                made = simulator.design(work.question, town, work.given_up.is_set)
        except (StudyError, TownError) as error:
            with self._wake:
                self._line.preparing.discard(work.town)
                self._fail(work, refused(error))
            return
        except BaseException:
            with self._wake:
                self._line.preparing.discard(work.town)
            raise
        if work.errand is not None:
            self._do(work, work.errand, town)
            return
        with self._wake:
            self._line.preparing.discard(work.town)
            if made is None:
                self._finish(work)
                return
            design, work.job, work.plan_keys = made
            work.prepared_by = 0.0 if was_ready else PREPARING
            work.lay_out(design)
            final = self._final.get(work.key)
            for task in list(work.todo):
                if final is not None and task.draw >= final:
                    break
                remembered = simulator.remembered(design, work.plan_keys, task)
                if remembered is not None:
                    work.runs[task] = remembered
            work.todo = type(work.todo)(task for task in work.todo if task not in work.runs)
            self._news(work)
            self._wake.notify_all()

    def _do(self, work: Work, errand: Errand, town: Town) -> None:
        """An errand, and its result."""

        def progress(share: float) -> None:
            with self._wake:
                work.share_of_errand = share
                self._news(work, SIMULATING)

        with self._wake:
            self._line.preparing.discard(work.town)
            self._wake.notify_all()
        population = self._simulator.places.population(town)
        try:
            result = errand(town, population, progress, work.given_up.is_set)
        except InterruptedError:
            with self._wake:
                self._line.remove(work)
            return
        except (StudyError, TownError) as error:
            with self._wake:
                self._fail(work, refused(error))
            return
        with self._wake:
            work.result = result
            self._finish(work)

    def _simulate(self, work: Work, task: Task, flag: threading.Event) -> None:
        """One task of a question."""
        assert work.design is not None
        assert work.job is not None
        begun = time.monotonic()
        result: tuple[Kept, ...] | Failure | None = None
        try:
            result = self._simulator.run(work.design, work.job, work.plan_keys, task, flag.is_set)
        except Stopped:
            pass
        finally:
            with self._wake:
                work.running.pop(task, None)
                if isinstance(result, Failure):
                    work.failures[task] = result
                elif result is not None:
                    work.runs[task] = result
                elif not work.finished:
                    work.todo.appendleft(task)
                if result is not None:
                    work.seconds += time.monotonic() - begun
                    work.tasks_timed += 1
                if len(work.failures) >= FIRST_FAILURES and not work.runs:
                    self._fail(work, failed(next(iter(work.failures.values()))))
                self._news(work)

    # Putting answers together ---------------------------------------------------------------

    def _put_together(self) -> None:
        """What the answering thread does until the desk is closed."""
        while True:
            with self._wake:
                if self._closed:
                    return
                work = self._ripe()
                if work is None:
                    self._wake.wait(TICK_SECONDS)
                    self._tick()
                    continue
                first = work.answer is None
                rung = next_rung(work.rung, work.reached(), work.most_draws)
                design, before = work.design, work.answer
                runs = {task: kept for task, kept in work.runs.items() if task.draw < rung}
                failures = [one for one in work.failures.values() if one.draw < rung]
                asked = min((one.asked for one in work.listeners.values()), default=0.0)
            answer: Answer | None = None
            problem: tuple[str, str] | None = None
            try:
                assert design is not None
                assert work.question is not None
                answer = evaluate(work.question, design, runs, failures, before, asked)
            except StudyError as error:
                problem = refused(error)
            except Exception as error:  # as above: the thread must live on
                logging.getLogger(__name__).exception("an answer could not be put together")
                problem = unexpected(error)
            with self._wake:
                if first and answer is not None:
                    self._drawn_at = time.monotonic() + PAGE_SECONDS
                self._answered(work, rung, answer, problem)
                self._wake.notify_all()

    def _ripe(self) -> Work | None:
        """The question whose next answer comes first."""
        ripe = filter(self._is_ripe, self._line)
        return min(ripe, key=self._line.rank, default=None)

    @staticmethod
    def _is_ripe(work: Work) -> bool:
        return next_rung(work.rung, work.reached(), work.most_draws) > work.rung

    def _answered(
        self, work: Work, rung: int, answer: Answer | None, problem: tuple[str, str] | None
    ) -> None:
        work.rung = rung
        if answer is not None:
            work.answer = answer
            self._answers.put(work.key, answer)
        if not self._line.holds(work):
            return
        if answer is None and is_final(rung, work.most_draws):
            failures = list(work.failures.values())
            self._fail(work, failed(failures[0]) if failures else problem or ("", ""))
        elif answer is not None and answer.settled:
            self._final.put(work.key, rung)
            self._finish(work)
        else:
            self._news(work, always=answer is not None)

    # Telling --------------------------------------------------------------------------------

    def _finish(self, work: Work) -> None:
        work.finished = True
        self._news(work, always=True)
        self._line.remove(work)

    def _fail(self, work: Work, sentence: tuple[str, str]) -> None:
        work.finished = True
        if self._line.holds(work):
            for listener in work.listeners.values():
                self._teller.tell(listener, Told(work.answer, 1.0, 0.0, 0, sentence))
            self._line.remove(work)

    def _tick(self) -> None:
        """Tell those who wait for a town to be opened how far that is."""
        for work in self._line:
            if work.design is None and not work.share_of_errand:
                compiled = share_compiled()
                work.prepared_by = PREPARING * compiled * 0.9
                what = MAKING_READY if compiled >= 1.0 else COMPILING
                self._news(work, what)

    def _news(
        self, work: Work, what: tuple[str, str] | None = None, *, always: bool = False
    ) -> None:
        """Tell the listeners of a question, if there is enough to tell."""
        if not self._line.holds(work):
            return
        share = work.share_done
        what = what or (SIMULATING if work.design is not None else MAKING_READY)
        unbegun = work.answer is None and not work.running
        waiting = self._line.before(work) if unbegun else 0
        left = work.seconds_left(self._workers)
        for listener in work.listeners.values():
            if always or share >= listener.last_share + TOLD_STEP:
                listener.last_share = share
                self._teller.tell(
                    listener, Told(work.answer, share, left, waiting, None, what, work.result)
                )


def _step_back() -> None:
    """Let pages and the browser on the same machine go before this thread, where that is known."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


@lru_cache(maxsize=1)
def the_desk() -> Desk:
    """The one desk of this process."""
    desk = Desk()
    atexit.register(desk.close)
    return desk
