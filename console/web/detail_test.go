package web

import (
	"fmt"
	"testing"
)

// A page is sent the first of a service's names, and how many there are beside them.
func TestAPageShowsFewNames(t *testing.T) {
	var names []string
	for i := range 3000 {
		names = append(names, fmt.Sprintf("name\n%d", i))
	}
	shown, more := firstNames(names)
	if len(shown) != mostNames || more != 3000-mostNames || shown[1] != `name\n1` {
		t.Errorf("%d names and %d more, the second is %q", len(shown), more, shown[1])
	}
	if shown, more := firstNames(names[:3]); len(shown) != 3 || more != 0 {
		t.Errorf("of 3: %d and %d more", len(shown), more)
	}
}
