"""What people read: sentences, tables, pictures and the summary of a finished study.

Everything here asks the study and knows no rule of the model.
"""
