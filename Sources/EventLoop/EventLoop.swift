//  EventLoop
