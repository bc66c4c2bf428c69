"""Making the residents: from a town's margins to one synthetic person a row.

The order of the making, a file a concern:

1. `persons`: district, sex, age (to the month), identity.
2. `health`: care grade; who lives in a nursing home.
3. `households`: sizes of households; who lives alone, with a partner, with others.
4. `families`: who lives with whom.
5. `kinship`: adult children in town and within reach.
6. `health` again: services and family of people in need; mobility.
7. `places`, `traits`, `company` (loneliness, withdrawal, volunteering), `meeting`,
   `acquaintances`.

`fitting` and `quota` make every share of a table come out in whole people; `order` puts rows in
order; `by_age` reads tables by age group and `nation` keeps what all towns share of them;
`assembly` puts it all together.
"""

from sim.making.assembly import make_residents

__all__ = ["make_residents"]
