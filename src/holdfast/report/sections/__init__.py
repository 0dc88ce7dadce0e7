"""The page's sections, one a module: each turns a study into sentences, charts and tables."""
