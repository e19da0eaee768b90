package service

// This file tells what services read of the world outside.

// WatchReadings has see called for each reading, on the service's own thread, until stop is
// called.
func (n *Node) WatchReadings(see func(Reading)) (stop func()) { return n.readings.Add(see) }
