package cli

import (
	"os"
	"strings"
	"time"
	_ "time/tzdata" // a recording's zone is known where it is replayed
)

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

// inZone gives the virtual clock's epoch in the zone of --zone, else with its own
// offset, wherever this machine is.
func (f *nodeFlags) inZone() time.Time {
	if f.zone != nil {
		return f.epoch.In(f.zone)
	}
	if _, offset := f.epoch.Zone(); offset != 0 {
		return f.epoch.In(time.FixedZone("", offset))
	}
	return f.epoch.UTC()
}
