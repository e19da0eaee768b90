package vm

import "unsafe"

// This file is the run loop.

// The run loop. Rules (measured): nothing but pc, base and k lives across an
// instruction; a case that needs more than a few lines saves pc in the frame,
// calls a method that is never inlined and goes to reload, so that no register is
// spilled on the way round.

// maxQuotient bounds the quotients whose floor the run loop finds itself.
const maxQuotient = 1 << 62

func isNumber(p unsafe.Pointer) bool { return *(*uint32)(unsafe.Add(p, highOffset)) < hiNil }

func isNil(p unsafe.Pointer) bool { return *(*uint32)(unsafe.Add(p, highOffset)) == hiNil }

func float(p unsafe.Pointer) *float64 { return (*float64)(unsafe.Add(p, wordOffset)) }

func value(p unsafe.Pointer, offset uint16) *Value { return (*Value)(unsafe.Add(p, offset)) }

// loop runs Lua frames until the state's outcome is set.
//
//go:nocheckptr
func (s *State) loop() {
	var t *Thread
	var pc, base, k unsafe.Pointer
	var v *Value
reload:
	if s.outcome != outcomeNone {
		return
	}
	t = s.running
	{
		f := t.current()
		pc, base, k = ptr(&f.pc), ptr(&f.base), f.lua().code.k
	}
	for {
		if checked {
			s.checkStep(t, pc, base, k)
		}
		i := (*instr)(pc)
		pc = unsafe.Add(pc, instrSize)
		switch op(i.op) {
		case opMove:
			*value(base, i.a) = *value(base, i.b)
		case opLoadK:
			*value(base, i.a) = *(*Value)(unsafe.Add(k, i.x))
		case opLoadBool:
			*value(base, i.a) = Value{nil, uint64(i.y) << 32}
			pc = unsafe.Add(pc, i.x)
		case opLoadNil:
			for p, end := unsafe.Add(base, i.a), unsafe.Add(base, uintptr(i.a)+uintptr(i.b)); ; p = unsafe.Add(p, valueSize) {
				*(*Value)(p) = Nil
				if p == end {
					break
				}
			}
		case opGetUpval:
			*value(base, i.a) = *(*Value)((*(**cell)(unsafe.Add(unsafe.Pointer(t.current().lua()), cellsOffset+uintptr(i.b)))).v)
		case opSetUpval:
			(*(**cell)(unsafe.Add(unsafe.Pointer(t.current().lua()), cellsOffset+uintptr(i.b)))).set(*value(base, i.a))

		case opGetGlobal:
			v := (*Value)((*(**cell)(unsafe.Add(unsafe.Pointer(t.current().lua()), cellsOffset+uintptr(i.b)))).v)
			if v.hi() == hiTable {
				n, key := v.tab().node(i.y&v.tab().mask), value(k, i.c)
				found := n.key.p == key.p && n.key.n == key.n
				if !found {
					n = v.tab().node((i.y + 1) & v.tab().mask)
					found = n.key.p == key.p && n.key.n == key.n
				}
				if found && !isNil(unsafe.Pointer(&n.val)) {
					*value(base, i.a) = n.val
					continue
				}
			}
			t.current().pc = uintptr(pc)
			t.getField(*v, *value(k, i.c), i.y, i.a)
			goto reload
		case opGetField:
			v := value(base, i.b)
			if v.hi() == hiTable {
				n, key := v.tab().node(i.y&v.tab().mask), value(k, i.c)
				found := n.key.p == key.p && n.key.n == key.n
				if !found {
					n = v.tab().node((i.y + 1) & v.tab().mask)
					found = n.key.p == key.p && n.key.n == key.n
				}
				if found && !isNil(unsafe.Pointer(&n.val)) {
					*value(base, i.a) = n.val
					continue
				}
			}
			t.current().pc = uintptr(pc)
			t.getField(*v, *value(k, i.c), i.y, i.a)
			goto reload
		case opSelf:
			v := value(base, i.b)
			if v.hi() == hiTable {
				n, key := v.tab().node(i.y&v.tab().mask), value(k, i.c)
				found := n.key.p == key.p && n.key.n == key.n
				if !found {
					n = v.tab().node((i.y + 1) & v.tab().mask)
					found = n.key.p == key.p && n.key.n == key.n
				}
				if found && !isNil(unsafe.Pointer(&n.val)) {
					*value(base, i.a+uint16(valueSize)) = *v
					*value(base, i.a) = n.val
					continue
				}
			}
			t.current().pc = uintptr(pc)
			t.self(i)
			goto reload
		case opGetIndex:
			v = value(base, i.b)
			goto getIndex
		case opGetInt:
			v := value(base, i.b)
			if v.hi() == hiTable && uint32(i.x) < v.tab().size {
				if e := v.tab().element(uint32(i.x)); e.hi() != hiNil || v.tab().meta == nil {
					*value(base, i.a) = e
					continue
				}
			}
			t.current().pc = uintptr(pc)
			t.getIndex(*v, *value(k, i.c), i.a)
			goto reload
		case opGetIndexK:
			t.current().pc = uintptr(pc)
			t.getIndex(*value(base, i.b), *value(k, i.c), i.a)
			goto reload
		case opGetTabUp:
			v = (*Value)((*(**cell)(unsafe.Add(unsafe.Pointer(t.current().lua()), cellsOffset+uintptr(i.b)))).v)
			if i.x == 0 {
				goto getIndex
			}
			t.current().pc = uintptr(pc)
			t.getIndex(*v, *value(k, i.c), i.a)
			goto reload
		case opSelfR:
			t.current().pc = uintptr(pc)
			t.selfRegister(i)
			goto reload

		case opSetField:
			v := value(base, i.a)
			if v.hi() == hiTable {
				n, key := v.tab().node(i.y&v.tab().mask), value(k, i.b)
				found := n.key.p == key.p && n.key.n == key.n
				if !found {
					n = v.tab().node((i.y + 1) & v.tab().mask)
					found = n.key.p == key.p && n.key.n == key.n
				}
				if found && !isNil(unsafe.Pointer(&n.val)) {
					from := base
					if i.x != 0 {
						from = k
					}
					from = unsafe.Add(from, i.c)
					if isNumber(from) {
						n.val = Value{nil, (*Value)(from).n}
					} else {
						n.val = *(*Value)(from)
					}
					continue
				}
			}
			t.current().pc = uintptr(pc)
			t.setField(i)
			goto reload
		case opSetIndex:
			v = value(base, i.a)
			goto setIndex
		case opSetIndexK:
			t.current().pc = uintptr(pc)
			t.setIndexK(i)
			goto reload
		case opSetGlobal:
			t.current().pc = uintptr(pc)
			t.setGlobal(i)
			goto reload
		case opSetTabUp:
			v = (*Value)((*(**cell)(unsafe.Add(unsafe.Pointer(t.current().lua()), cellsOffset+uintptr(i.a)))).v)
			if i.y == 0 {
				goto setIndex
			}
			t.current().pc = uintptr(pc)
			t.setTabUp(i)
			goto reload
		case opNewTable:
			t.current().pc = uintptr(pc)
			t.newTable(i)
			goto reload

		case opAddRR:
			b, c := unsafe.Add(base, i.b), unsafe.Add(base, i.c)
			if isNumber(b) && isNumber(c) {
				*float(unsafe.Add(base, i.a)) = *float(b) + *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventAdd, (*Value)(b), (*Value)(c))
			goto reload
		case opAddKR:
			b, c := unsafe.Add(k, i.b), unsafe.Add(base, i.c)
			if isNumber(c) {
				*float(unsafe.Add(base, i.a)) = *float(b) + *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventAdd, (*Value)(b), (*Value)(c))
			goto reload
		case opAddRK:
			b, c := unsafe.Add(base, i.b), unsafe.Add(k, i.c)
			if isNumber(b) {
				*float(unsafe.Add(base, i.a)) = *float(b) + *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventAdd, (*Value)(b), (*Value)(c))
			goto reload
		case opSubRR:
			b, c := unsafe.Add(base, i.b), unsafe.Add(base, i.c)
			if isNumber(b) && isNumber(c) {
				*float(unsafe.Add(base, i.a)) = *float(b) - *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventSub, (*Value)(b), (*Value)(c))
			goto reload
		case opSubKR:
			b, c := unsafe.Add(k, i.b), unsafe.Add(base, i.c)
			if isNumber(c) {
				*float(unsafe.Add(base, i.a)) = *float(b) - *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventSub, (*Value)(b), (*Value)(c))
			goto reload
		case opSubRK:
			b, c := unsafe.Add(base, i.b), unsafe.Add(k, i.c)
			if isNumber(b) {
				*float(unsafe.Add(base, i.a)) = *float(b) - *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventSub, (*Value)(b), (*Value)(c))
			goto reload
		case opMulRR:
			b, c := unsafe.Add(base, i.b), unsafe.Add(base, i.c)
			if isNumber(b) && isNumber(c) {
				*float(unsafe.Add(base, i.a)) = *float(b) * *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventMul, (*Value)(b), (*Value)(c))
			goto reload
		case opMulKR:
			b, c := unsafe.Add(k, i.b), unsafe.Add(base, i.c)
			if isNumber(c) {
				*float(unsafe.Add(base, i.a)) = *float(b) * *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventMul, (*Value)(b), (*Value)(c))
			goto reload
		case opMulRK:
			b, c := unsafe.Add(base, i.b), unsafe.Add(k, i.c)
			if isNumber(b) {
				*float(unsafe.Add(base, i.a)) = *float(b) * *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventMul, (*Value)(b), (*Value)(c))
			goto reload
		case opDivRR:
			b, c := unsafe.Add(base, i.b), unsafe.Add(base, i.c)
			if isNumber(b) && isNumber(c) {
				*float(unsafe.Add(base, i.a)) = *float(b) / *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventDiv, (*Value)(b), (*Value)(c))
			goto reload
		case opDivKR:
			b, c := unsafe.Add(k, i.b), unsafe.Add(base, i.c)
			if isNumber(c) {
				*float(unsafe.Add(base, i.a)) = *float(b) / *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventDiv, (*Value)(b), (*Value)(c))
			goto reload
		case opDivRK:
			b, c := unsafe.Add(base, i.b), unsafe.Add(k, i.c)
			if isNumber(b) {
				*float(unsafe.Add(base, i.a)) = *float(b) / *float(c)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventDiv, (*Value)(b), (*Value)(c))
			goto reload
		case opModRR:
			b, c := unsafe.Add(base, i.b), unsafe.Add(base, i.c)
			if isNumber(b) && isNumber(c) {
				m, n := int32(*float(b)), int32(*float(c))
				if float64(m) == *float(b) && float64(n) == *float(c) && m >= 0 && n > 0 {
					*float(unsafe.Add(base, i.a)) = float64(int32(uint32(m) % uint32(n)))
					continue
				}
				if q := *float(b) / *float(c); q > -maxQuotient && q < maxQuotient && q != 0 {
					floor := float64(int64(q))
					if floor > q {
						floor--
					}
					*float(unsafe.Add(base, i.a)) = *float(b) - float64(floor**float(c))
					continue
				}
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventMod, (*Value)(b), (*Value)(c))
			goto reload
		case opModRK:
			b, c := unsafe.Add(base, i.b), unsafe.Add(k, i.c)
			if isNumber(b) {
				m, n := int32(*float(b)), int32(*float(c))
				if float64(m) == *float(b) && float64(n) == *float(c) && m >= 0 && n > 0 {
					*float(unsafe.Add(base, i.a)) = float64(int32(uint32(m) % uint32(n)))
					continue
				}
				if q := *float(b) / *float(c); q > -maxQuotient && q < maxQuotient && q != 0 {
					floor := float64(int64(q))
					if floor > q {
						floor--
					}
					*float(unsafe.Add(base, i.a)) = *float(b) - float64(floor**float(c))
					continue
				}
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventMod, (*Value)(b), (*Value)(c))
			goto reload
		case opArith:
			t.current().pc = uintptr(pc)
			t.arithAny(i)
			goto reload
		case opUnm:
			b := unsafe.Add(base, i.b)
			if isNumber(b) {
				*float(unsafe.Add(base, i.a)) = -*float(b)
				continue
			}
			t.current().pc = uintptr(pc)
			t.arith(i, eventUnm, (*Value)(b), (*Value)(b))
			goto reload
		case opNot:
			*value(base, i.a) = Bool(!value(base, i.b).Truth())
		case opLen:
			v := value(base, i.b)
			if v.hi() == hiTable && v.tab().meta == nil {
				tab := v.tab()
				n := tab.size
				if n != 0 && uint32(*tab.num(n - 1)>>32) == hiNil {
					n = tab.hint
					for uint32(*tab.num(n)>>32) != hiNil {
						n++
					}
					for n > 0 && uint32(*tab.num(n - 1)>>32) == hiNil {
						n--
					}
					tab.hint = n
					*float(unsafe.Add(base, i.a)) = float64(n)
					continue
				}
				if tab.used == 0 {
					*float(unsafe.Add(base, i.a)) = float64(n)
					continue
				}
			}
			t.current().pc = uintptr(pc)
			t.lenOp(*v, i.a)
			goto reload
		case opConcat:
			t.current().pc = uintptr(pc)
			t.concatOp(i)
			goto reload

		case opJmp:
			pc = unsafe.Add(pc, i.x)
			if i.x < 0 {
				if s.budget--; s.budget < 0 {
					t.current().pc = uintptr(pc)
					s.poll()
					goto reload
				}
			}
		case opJmpClose:
			t.current().pc = uintptr(pc)
			t.jumpClose(i)
			goto reload
		case opEqRK:
			v = value(k, i.c)
			goto equal
		case opEqRR:
			v = value(base, i.c)
			goto equal
		case opLtRR, opLtRRNot:
			b, c := unsafe.Add(base, i.b), unsafe.Add(base, i.c)
			if isNumber(b) && isNumber(c) {
				if (*float(b) < *float(c)) == (op(i.op) == opLtRR) {
					goto jump
				}
				pc = unsafe.Add(pc, i.y)
				continue
			}
			t.current().pc = uintptr(pc)
			t.lessOp(b, c, i)
			goto reload
		case opLtRK, opLtRKNot:
			b, c := unsafe.Add(base, i.b), unsafe.Add(k, i.c)
			if isNumber(b) {
				if (*float(b) < *float(c)) == (op(i.op) == opLtRK) {
					goto jump
				}
				pc = unsafe.Add(pc, i.y)
				continue
			}
			t.current().pc = uintptr(pc)
			t.lessOp(b, c, i)
			goto reload
		case opLtKR, opLtKRNot:
			b, c := unsafe.Add(k, i.b), unsafe.Add(base, i.c)
			if isNumber(c) {
				if (*float(b) < *float(c)) == (op(i.op) == opLtKR) {
					goto jump
				}
				pc = unsafe.Add(pc, i.y)
				continue
			}
			t.current().pc = uintptr(pc)
			t.lessOp(b, c, i)
			goto reload
		case opLeRR, opLeRRNot:
			b, c := unsafe.Add(base, i.b), unsafe.Add(base, i.c)
			if isNumber(b) && isNumber(c) {
				if (*float(b) <= *float(c)) == (op(i.op) == opLeRR) {
					goto jump
				}
				pc = unsafe.Add(pc, i.y)
				continue
			}
			t.current().pc = uintptr(pc)
			t.lessOp(b, c, i)
			goto reload
		case opLeRK, opLeRKNot:
			b, c := unsafe.Add(base, i.b), unsafe.Add(k, i.c)
			if isNumber(b) {
				if (*float(b) <= *float(c)) == (op(i.op) == opLeRK) {
					goto jump
				}
				pc = unsafe.Add(pc, i.y)
				continue
			}
			t.current().pc = uintptr(pc)
			t.lessOp(b, c, i)
			goto reload
		case opLeKR, opLeKRNot:
			b, c := unsafe.Add(k, i.b), unsafe.Add(base, i.c)
			if isNumber(c) {
				if (*float(b) <= *float(c)) == (op(i.op) == opLeKR) {
					goto jump
				}
				pc = unsafe.Add(pc, i.y)
				continue
			}
			t.current().pc = uintptr(pc)
			t.lessOp(b, c, i)
			goto reload
		case opCompare:
			t.current().pc = uintptr(pc)
			t.compareAny(i)
			goto reload
		case opTest:
			if !falsy(value(base, i.a).hi()) {
				goto jump
			}
			pc = unsafe.Add(pc, i.y)
		case opTestNot:
			if falsy(value(base, i.a).hi()) {
				goto jump
			}
			pc = unsafe.Add(pc, i.y)
		case opTestSet:
			if v := value(base, i.b); !falsy(v.hi()) {
				*value(base, i.a) = *v
				goto jump
			}
			pc = unsafe.Add(pc, i.y)
		case opTestSetNot:
			if v := value(base, i.b); falsy(v.hi()) {
				*value(base, i.a) = *v
				goto jump
			}
			pc = unsafe.Add(pc, i.y)
		case opTestJump:
			t.current().pc = uintptr(pc)
			t.testAny(i)
			goto reload

		case opCall:
			fn := value(base, i.a)
			if fn.hi() == hiClosure {
				callee := (*Closure)(fn.p)
				code := callee.code
				register0 := unsafe.Add(unsafe.Pointer(fn), valueSize)
				next := t.frame + frameSize
				if i.y != 0 && !code.vararg && uintptr(register0)+code.frameSize <= t.limit && next < t.fastFrame && s.budget > 0 {
					s.budget--
					t.current().pc = uintptr(pc)
					for n := int(i.y) - 1; n < code.params; n++ {
						(*Value)(unsafe.Add(register0, uintptr(n)*valueSize)).n = nilBits
					}
					f := (*frame)(ptr(&next))
					f.closure = uintptr(unsafe.Pointer(callee))
					f.base = uintptr(register0)
					f.function = uintptr(unsafe.Pointer(fn))
					f.results = i.x
					f.flags = 0
					t.frame = next
					t.checkCall()
					pc, base, k = code.start, register0, code.k
					continue
				}
			}
			t.current().pc = uintptr(pc)
			t.callOp(i)
			goto reload
		case opTailCall:
			t.current().pc = uintptr(pc)
			t.tailCallOp(i)
			goto reload
		case opReturn1:
			f := t.current()
			if f.flags == 0 {
				t.checkReturn(uintptr(base)+uintptr(i.a), 1)
				dst := ptr(&f.function)
				*(*Value)(dst) = *value(base, i.a)
				results := f.results
				t.frame -= frameSize
				f = f.previous()
				pc, base, k = ptr(&f.pc), ptr(&f.base), f.lua().code.k
				if results == 1 {
					continue
				}
				if results < 0 {
					t.top = uintptr(dst) + valueSize
					continue
				}
				for n := int32(1); n < results; n++ {
					(*Value)(unsafe.Add(dst, uintptr(n)*valueSize)).n = nilBits
				}
				continue
			}
			f.pc = uintptr(pc) // for a hook
			t.ret(uintptr(unsafe.Pointer(value(base, i.a))), 1)
			goto reload
		case opReturn0:
			f := t.current()
			if f.flags == 0 && f.results <= 0 {
				t.checkReturn(uintptr(base), 0)
				if f.results < 0 {
					t.top = f.function
				}
				t.frame -= frameSize
				f = f.previous()
				pc, base, k = ptr(&f.pc), ptr(&f.base), f.lua().code.k
				continue
			}
			f.pc = uintptr(pc)
			t.ret(uintptr(base), 0)
			goto reload
		case opReturn, opReturnClose:
			t.current().pc = uintptr(pc)
			t.returnOp(i)
			goto reload

		case opForLoop:
			r := unsafe.Add(base, i.a)
			index := *float(r) + *float(unsafe.Add(r, 2*valueSize))
			if *float(unsafe.Add(r, 2*valueSize)) > 0 {
				if index <= *float(unsafe.Add(r, valueSize)) {
					*float(r) = index
					*float(unsafe.Add(r, 3*valueSize)) = index
					goto back
				}
			} else if *float(unsafe.Add(r, valueSize)) <= index {
				*float(r) = index
				*float(unsafe.Add(r, 3*valueSize)) = index
				goto back
			}
		case opForPrep:
			t.current().pc = uintptr(pc)
			t.forPrep(i)
			goto reload
		case opTForCall:
			t.current().pc = uintptr(pc)
			t.forCall(i)
			goto reload
		case opTForLoop:
			if v := value(base, i.a+uint16(valueSize)); !isNil(unsafe.Pointer(v)) {
				*value(base, i.a) = *v
				goto back
			}
		case opSetList:
			t.current().pc = uintptr(pc)
			t.setList(i)
			goto reload
		case opClosure:
			t.current().pc = uintptr(pc)
			t.closureOp(i)
			goto reload
		case opVararg:
			t.current().pc = uintptr(pc)
			t.varargOp(i)
			goto reload
		case opHook:
			t.current().pc = uintptr(pc)
			t.runHooks()
			goto reload
		default:
			t.current().pc = uintptr(pc)
			t.Errorf("invalid instruction")
			goto reload
		}
		continue
	equal:
		// if (R(B) == v) == A then jump x else skip
		if b := value(base, i.b); isNumber(unsafe.Pointer(b)) && isNumber(unsafe.Pointer(v)) {
			if (b.num() == v.num()) == (i.a != 0) {
				goto jump
			}
		} else if b.n == v.n && b.p != v.p && b.hi() >= hiLight {
			t.current().pc = uintptr(pc)
			t.equalOp(*b, *v, i)
			goto reload
		} else if (b.n == v.n) == (i.a != 0) {
			goto jump
		}
		pc = unsafe.Add(pc, i.y)
		continue
	getIndex:
		// R(A) = v[R(C)]
		if key := value(base, i.c); v.hi() == hiTable && isNumber(unsafe.Pointer(key)) {
			f := key.num()
			tab := v.tab()
			index := uint32(int64(f)) - 1
			if index < tab.size && float64(index+1) == f {
				if n := *tab.num(index); uint32(n>>32) != hiNil || tab.meta == nil {
					if tab.ptrs == nil {
						value(base, i.a).n = n
						continue
					}
					*value(base, i.a) = Value{*tab.ptr(index), n}
					continue
				}
			} else {
				hash := index + 1
				if hash >= ownHashes || float64(hash) != f {
					hash = hashWord(key.n)
				} else {
					hash = tab.remainder(hash)
				}
				n := tab.node(hash & tab.mask)
				if n.key.n == key.n && n.key.p == unsafe.Pointer(&numberKey) && (!isNil(unsafe.Pointer(&n.val)) || tab.meta == nil) {
					*value(base, i.a) = n.val
					continue
				}
			}
		}
		t.current().pc = uintptr(pc)
		t.getIndex(*v, *value(base, i.c), i.a)
		goto reload
	setIndex:
		// v[R(B)] = RK(C)
		if key := value(base, i.b); v.hi() == hiTable && isNumber(unsafe.Pointer(key)) {
			f := key.num()
			tab := v.tab()
			if index := uint32(int64(f)) - 1; index < tab.size && float64(index+1) == f {
				from := base
				if i.x != 0 {
					from = k
				}
				from = unsafe.Add(from, i.c)
				if old := *tab.num(index); uint32(old>>32) != hiNil || tab.meta == nil {
					if tab.ptrs != nil {
						*tab.num(index) = (*Value)(from).n
						if (*Value)(from).hi() < hiLight {
							*tab.ptr(index) = nil
						} else {
							*tab.ptr(index) = (*Value)(from).p
						}
						continue
					}
					if (*Value)(from).hi() < hiLight {
						*tab.num(index) = (*Value)(from).n
						continue
					}
				}
			}
		}
		t.current().pc = uintptr(pc)
		t.setIndexOp(*v, i)
		goto reload
	jump:
		// A conditional jump is taken.
		if i.x >= 0 {
			pc = unsafe.Add(pc, i.x)
			continue
		}
	back:
		// Backward jumps are polled.
		pc = unsafe.Add(pc, i.x)
		if s.budget--; s.budget < 0 {
			t.current().pc = uintptr(pc)
			s.poll()
			goto reload
		}
	}
}
