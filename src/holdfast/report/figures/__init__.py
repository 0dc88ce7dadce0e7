"""The report's charts, one kind a module, each drawn by Altair and set inline as SVG."""
