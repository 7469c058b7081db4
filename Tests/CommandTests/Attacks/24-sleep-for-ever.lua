-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
require("sso").time.sleep(1e9)
