-- expect: exit 1
-- stderr: red
error("\27[31mred\7\0after\r\255\xc2\x9b", 0)
