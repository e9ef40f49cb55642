"""Administrative papers in the layout of Decree 30/2020/NĐ-CP, as DOCX and PDF; what they say is the services' own.

A service that makes papers names python-docx and typst among what it needs.
"""
