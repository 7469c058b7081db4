#!/usr/bin/env -S ssoscript run
error("line 2")
