//  LiveWorld
