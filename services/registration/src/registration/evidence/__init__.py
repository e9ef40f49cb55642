"""Evidence (giấy tờ chứng minh): the papers behind a dossier as files, who looked at them, and what a person found."""
