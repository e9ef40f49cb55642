"""Administrative papers in the layout of Decree 30/2020, as PDF, DOCX and XLSX."""
