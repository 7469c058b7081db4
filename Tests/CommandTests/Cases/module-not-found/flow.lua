require "absent"
