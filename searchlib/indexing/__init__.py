"""Turn articles into documents, in this process or in several."""
