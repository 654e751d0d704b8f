"""OGC API – Features parts 1 and 2 (17-069r4, 18-058r1) over every declared layer, and its tiles.

Read by QGIS, GDAL and ArcGIS as it stands. What a reader may see is decided as everywhere else:
a layer that he may not see does not exist for him, and within a layer only his features do.
"""
