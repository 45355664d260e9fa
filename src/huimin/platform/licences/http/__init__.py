"""Pages and the API of licences: the wallet, showing one, checking one."""
