"""Reports from draft to issue, correction and withdrawal."""
