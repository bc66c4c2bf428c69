"""What the charts and the map show, as plain dictionaries: pure functions of a result.

Every function takes `Findings` (or what it needs of a town) and gives what the parts `Chart`,
`DistrictMap` and `DataTable` read. Nothing here simulates, asks, or knows a browser.
"""
