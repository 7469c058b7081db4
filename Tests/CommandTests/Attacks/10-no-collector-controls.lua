-- expect: exit 0
-- stdout: nil
print(collectgarbage)
