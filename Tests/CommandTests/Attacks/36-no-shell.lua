-- expect: exit 0
-- args: --allow-run=echo
-- stdout: $(id) ; `id`
local end_ = io.popen { "echo", "$(id)", ";", "`id`" }
io.write(end_.output)
