-- expect: exit 0
-- args: --allow-run=echo
-- file: echo #!/bin/sh\necho ESCAPED
-- stdout: ok
for _, words in ipairs { { "sh", "-c", "true" }, { "./echo" }, { "/bin/sh" }, { "echo\0sh" }, { "" }, {}, { "echo", "a\0b" }, { 1 }, { "env", "echo" } } do
  local ok, r = pcall(os.execute, words)
  assert(not ok or not r, words[1])
end
print("ok")
