-- expect: exit 0
-- args: --allow-net=*
-- stdout: ok
local sso = require "sso"
for _, url in ipairs { "", "x", "file:///etc/passwd", "gopher://x", "http://", "http://a b/", "http://x\r\nHost: y/", "http://x\0y/", "http://[::1", "http://x:99999/", "http://x:-1/", "dict://x", "javascript:1", "http://user:pass@", "//x", "http:/x", "ftp://127.0.0.1/", "http://%00/", "http://x/\27" } do
  assert(not pcall(sso.http.get, url), url)
end
print("ok")
