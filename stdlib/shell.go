package stdlib

import (
	"errors"
	"os/exec"
	"syscall"

	"lunarium/runtime/vm"
)

func shell(command string) *exec.Cmd { return exec.Command("sh", "-c", command) }

// execResult returns how a command ended, as os.execute and the close of a
// pipe do (luaL_execresult).
func execResult(t *vm.Thread, err error) int {
	var exit *exec.ExitError
	if err == nil {
		return t.Return(vm.True, vm.String("exit"), vm.Int(0))
	}
	if !errors.As(err, &exit) {
		return fileResult(t, err, "")
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return t.Return(vm.Nil, vm.String("signal"), vm.Int(int(status.Signal())))
	}
	return t.Return(vm.Nil, vm.String("exit"), vm.Int(exit.ExitCode()))
}
