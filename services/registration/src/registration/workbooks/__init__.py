"""Nomination workbooks (bảng đề cử): given to an agency, filled in offline, sent back as often as it likes."""
