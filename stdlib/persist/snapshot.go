package persist

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds snapshots, with their content and their seal.

// sealText begins a seal; the length and the checksum follow in hexadecimal.
const sealText = "lunarium snapshot "

// sealSize is the packed seal's: one byte and two of length in front.
const sealSize = 3 + len(sealText) + 16 + 1 + 2*sha256.Size

var (
	errCut      = errors.New("it is cut off or was not written to its end")
	errChecksum = errors.New("its checksum is wrong")
)

// pack gives a state in skynet's format.
func pack(state *vm.Table) (string, error) {
	packed, err := message.Pack([]vm.Value{vm.TableValue(state)}, nil)
	var trouble *message.ValueError
	if errors.As(err, &trouble) {
		place := strings.TrimPrefix(strings.TrimPrefix(trouble.Path, "[1]"), ".")
		return "", fmt.Errorf("it holds %s, at %s", trouble.What, place)
	}
	return packed, err
}

// seal gives the packed state with its seal.
func seal(packed string) (string, error) {
	text, err := message.Pack([]vm.Value{vm.String(sealOf(packed))}, nil)
	return packed + text, err
}

func sealOf(packed string) string {
	sum := sha256.Sum256([]byte(packed))
	return fmt.Sprintf("%s%016x %s", sealText, len(packed), hex.EncodeToString(sum[:]))
}

// open checks a snapshot and gives the packed state. One without a seal is
// taken as it is; whether it is whole shows when it is unpacked.
func open(content string) (packed string, err error) {
	if len(content) < sealSize || !strings.HasPrefix(content[len(content)-sealSize+3:], sealText) {
		if strings.Contains(content[max(0, len(content)-sealSize):], sealText) {
			return "", errCut
		}
		return content, nil
	}
	packed = content[:len(content)-sealSize]
	if sealed, err := seal(packed); err != nil || sealed != content {
		return "", errChecksum
	}
	return packed, nil
}

// unpack gives the state in a snapshot.
func unpack(s *vm.State, content string) (vm.Value, error) {
	packed, err := open(content)
	if err != nil {
		return vm.Nil, err
	}
	values, err := message.Unpack(s, packed)
	switch {
	case err != nil:
		return vm.Nil, err
	case len(values) != 1 || !values[0].IsTable():
		return vm.Nil, errors.New("it does not hold one table")
	}
	return values[0], nil
}
