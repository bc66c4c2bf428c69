"""The dashboard's controls: small Vue components, each with a thin Python side.

All take and give plain values, are used by keyboard, and show texts as text whatever they contain.
"""

from sim.dashboard.parts.boundary import ErrorBoundary
from sim.dashboard.parts.controls import Button, Choice, Choices, Slider, Tabs, TextInput
from sim.dashboard.parts.files import Download, FileInput
from sim.dashboard.parts.frame import Frame, FrameWords
from sim.dashboard.parts.text import Box, Heading, Link, Note, Row, Section, Text, html

__all__ = [
    "Box",
    "Button",
    "Choice",
    "Choices",
    "Download",
    "ErrorBoundary",
    "FileInput",
    "Frame",
    "FrameWords",
    "Heading",
    "Link",
    "Note",
    "Row",
    "Section",
    "Slider",
    "Tabs",
    "Text",
    "TextInput",
    "html",
]
