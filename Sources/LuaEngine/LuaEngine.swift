//  LuaEngine
