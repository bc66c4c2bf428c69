"""The dashboard: what a moderator projects while thirty people follow (docs/DASHBOARD.md).

It asks the study and the report, and knows no rule of the model.
"""
