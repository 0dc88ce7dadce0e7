"""What watching an agreement says: the page that opens offline, its tables as files, and the table of the terminal."""

from holdfast.report.monitoring.page import monitoring_page, write_monitoring_page, write_report
from holdfast.report.monitoring.tables import write_tables
from holdfast.report.monitoring.terminal import status_table

__all__ = ["monitoring_page", "status_table", "write_monitoring_page", "write_report", "write_tables"]
