-- expect: exit 0
-- stderr: red
require("sso").log.info("\27[31mred\7\0")
