package http

import (
	"io"
	"mime/multipart"

	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds files that came with a form.

// upload makes a table of a file that came with a form.
func (l *library) upload(t *vm.Thread, part *multipart.FileHeader) *vm.Table {
	file, err := part.Open()
	if err != nil {
		t.Errorf("the file %s cannot be read: %s", visible.Quote(part.Filename), err)
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		t.Errorf("the file %s cannot be read: %s", visible.Quote(part.Filename), err)
	}
	table := l.state.NewTable(0, 3)
	table.SetString("name", vm.String(part.Filename))
	table.SetString("type", vm.String(part.Header.Get("Content-Type")))
	table.SetString("data", vm.Bytes(data))
	return table
}
