"""The readers' site: functions that name a query and end in a template."""
