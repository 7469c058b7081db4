//  StrictJSON
