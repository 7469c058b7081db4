-- expect: exit 0
-- env: SECRET_VALUE=hidden
-- file: data.txt line
-- stdout: ok
local function refused(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok and tostring(e):find("not permitted"), tostring(e))
end
refused(os.getenv, "SECRET_VALUE")
refused(os.getenv, "HOME")
refused(io.open, "data.txt")
refused(io.open, "data.txt", "w")
refused(io.open, "/etc/passwd")
refused(io.open, "/proc/self/environ")
refused(io.lines, "data.txt")
refused(os.remove, "data.txt")
refused(os.rename, "data.txt", "x.txt")
refused(os.execute, { "true" })
refused(io.popen, { "true" })
refused(require("sso").http.get, "http://example.com/")
refused(require("sso").env.get or os.getenv, "SECRET_VALUE")
assert(not pcall(os.execute, "true"))
assert(not pcall(io.popen, "true"))
print("ok")
