"""OGC SensorThings API 1.1 (OGC 18-088) at /sensorthings/v1.1/.

``language`` reads the query language, ``options`` the options of a request, ``paths`` its address;
``conditions`` turns a filter into SQL, ``evaluating`` decides what SQL cannot; ``collections`` and
``data_pages`` make pages of records and of observations; ``answering`` puts them together.
"""
