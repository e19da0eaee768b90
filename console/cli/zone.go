package cli

import (
	"os"
	"strings"
	"time"
	_ "time/tzdata" // a recording's zone is known where it is replayed
)

// This file tells the zone of the machine's clock.

// localZone gives the name of the zone that this machine's clock is in, as
// time.LoadLocation knows it; "" for UTC and for a zone without a name.
func localZone() string {
	name, given := os.LookupEnv("TZ")
	if !given {
		path, err := os.Readlink("/etc/localtime")
		if err != nil {
			return ""
		}
		name = path
	}
	name = strings.TrimPrefix(name, ":")
	if _, after, ok := strings.Cut(name, "zoneinfo/"); ok {
		name = after
	}
	zone, err := time.LoadLocation(name)
	if err != nil || zone == time.UTC || zone == time.Local {
		return ""
	}
	return name
}
