"""Writers: one module a kind, opened by name through ``registry``."""
