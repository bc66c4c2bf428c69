"""Tables solved from the data and one draw of the assumptions."""
