package netguard

import (
	"net"
	"sync"
)

// This file is who waits to be let in.

// Lobby is where a server's clients wait until it is known that they may come in,
// by a password or by what they say. It has a place for whoever comes: when it is
// full, the longest waiting client of the host that has the most goes. Many idle
// connections therefore lock nobody out, and take no place from those who are in.
//
// Its methods may be called from any goroutine.
type Lobby struct {
	most, perHost int

	mu     sync.Mutex
	guests []*Guest // in the order in which they came
	hosts  map[string]int
}

// Guest is a client in a Lobby.
type Guest struct {
	lobby   *Lobby
	host    string
	turnOut func()
}

// NewLobby gives a lobby with room for most clients, and for perHost of each host.
func NewLobby(most, perHost int) *Lobby {
	return &Lobby{most: most, perHost: perHost, hosts: map[string]int{}}
}

// Enter lets a client wait. turnOut is called, once at most and not by Enter itself
// for this client, when it has to make room; it must not wait.
func (l *Lobby) Enter(remote net.Addr, turnOut func()) *Guest {
	g := &Guest{l, host(remote), turnOut}
	l.mu.Lock()
	crowded := ""
	switch {
	case l.hosts[g.host] >= l.perHost:
		crowded = g.host
	case len(l.guests) >= l.most:
		crowded = l.largest()
	}
	var goes *Guest
	if crowded != "" {
		goes = l.oldest(crowded)
		l.remove(goes)
	}
	l.guests = append(l.guests, g)
	l.hosts[g.host]++
	l.mu.Unlock()
	if goes != nil {
		goes.turnOut()
	}
	return g
}

// Leave ends the waiting: the client came in, or has gone. Only the first call counts;
// it tells whether the client had not been turned out.
func (g *Guest) Leave() bool {
	g.lobby.mu.Lock()
	defer g.lobby.mu.Unlock()
	return g.lobby.remove(g)
}

// largest gives the host with the most guests; of several, the one whose guest has
// waited longest. The lock is held, and somebody waits.
func (l *Lobby) largest() string {
	most := l.guests[0].host
	for _, g := range l.guests {
		if l.hosts[g.host] > l.hosts[most] {
			most = g.host
		}
	}
	return most
}

func (l *Lobby) oldest(host string) *Guest {
	for _, g := range l.guests {
		if g.host == host {
			return g
		}
	}
	return nil
}

// remove tells whether a guest was still there. The lock is held.
func (l *Lobby) remove(g *Guest) bool {
	for i := range l.guests {
		if l.guests[i] == g {
			l.guests = append(l.guests[:i], l.guests[i+1:]...)
			if l.hosts[g.host]--; l.hosts[g.host] == 0 {
				delete(l.hosts, g.host)
			}
			return true
		}
	}
	return false
}

// host gives who a remote address belongs to: of IPv6, the network of 64 bits, whose
// addresses one machine may have all.
func host(remote net.Addr) string {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return remote.String()
	}
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	if ip.Is6() && !ip.IsLoopback() {
		if network, err := ip.Prefix(64); err == nil {
			return network.String()
		}
	}
	return ip.String()
}
