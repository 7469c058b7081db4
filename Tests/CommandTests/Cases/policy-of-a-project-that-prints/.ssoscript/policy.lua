-- Whatever it writes must not reach `eval "$(ssoscript credentials …)"`, nor a credential_process.
print "touch /tmp/x"
io.stdout:write(io.read() or "and more", "\n")
return {}
