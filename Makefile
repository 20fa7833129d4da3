# make [all|test|asan|fuzz|bench|lint|soak|mutants|install|clean]   MODE=release|asan|fuzz
PREFIX  ?= /usr/local
VERSION := 0.1
MODE    ?= release
B       ?= build/$(MODE)

WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
           -Wwrite-strings -Wvla -Wundef -Wswitch-enum -Werror
release := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
fuzz    := $(asan) -fsanitize=fuzzer-no-link
CFLAGS  += -std=gnu2x -g -fPIC -fvisibility=hidden -fno-common -fstack-protector-strong $(WARN) $($(MODE))
CPPFLAGS += -D_GNU_SOURCE -Iinclude -Ilib -include lib/base/banned.h -MMD -MP
LDFLAGS += $(filter -fsanitize=address%,$($(MODE))) -Wl,-z,relro,-z,now -pthread

obj     = $(patsubst %.c,$(B)/%.o,$(wildcard $(addsuffix /*.c,$(1))))
nomain  = $(filter-out %/main.o,$(call obj,$(1)))

# What authors of plugins get, and all of lib.
PUBLIC  := lib/base lib/ipc lib/mime lib/proto
API     := $(B)/libpostkeep.a
LIB     := $(B)/libpk.a
STORE   := $(B)/libstore.a
HOST    := $(B)/libhost.a
PROTOS  := $(notdir $(patsubst %/plugin.c,%,$(wildcard frontends/*/plugin.c)))
PLUGINS := $(PROTOS:%=$(B)/%.so)
PROGRAMS := $(foreach d,store:pkstored frontends/host:pkfrontd tools/postkeepd:postkeepd tools/pkctl:pkctl,\
	$(if $(wildcard $(firstword $(subst :, ,$d))/main.c),$(B)/$(lastword $(subst :, ,$d))))
UNIT    := $(patsubst tests/unit/%.c,$(B)/%,$(wildcard tests/unit/*.c))
FUZZ    := $(patsubst tests/fuzz/%.c,$(B)/%,$(wildcard tests/fuzz/*.c))

# Libraries: what the layer table allows each program.
LIB_LIBS    := -luv -lconfuse -lutf8proc -lz
STORE_LIBS  := -llmdb -lzstd -lsodium -lcrypto -lcrypt -lidn2 -ljansson
HOST_LIBS   := -lssl -lcrypto -lz -ldl
CTL_LIBS    := -ljansson -lsodium -lcrypto
SUPER_LIBS  := -lcrypto -lconfuse
PLUGIN_LIBS  = -lutf8proc $(if $(filter imap,$(1)),-lroaring)

all: $(PROGRAMS) $(PLUGINS) $(API)

$(API): $(call obj,$(PUBLIC))
$(LIB): $(call obj,$(PUBLIC) lib/os)
$(STORE): $(call nomain,store)
$(HOST): $(call nomain,frontends/host)
$(API) $(LIB) $(STORE) $(HOST):
	@rm -f $@
	ar rcs $@ $^

$(B)/pkstored: $(B)/store/main.o $(STORE) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(STORE_LIBS) $(LIB_LIBS)
$(B)/pkfrontd: $(B)/frontends/host/main.o $(HOST) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(HOST_LIBS) $(LIB_LIBS)
$(B)/postkeepd: $(call obj,tools/postkeepd) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(SUPER_LIBS) $(LIB_LIBS)
$(B)/pkctl: $(call obj,tools/pkctl) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(CTL_LIBS) $(LIB_LIBS)

.SECONDEXPANSION:
$(PLUGINS): $(B)/%.so: $$(call obj,frontends/$$*) $(API)
	$(CC) $(LDFLAGS) -shared $(if $(filter release,$(MODE)),-Wl$(comma)-z$(comma)defs) -Wl,--exclude-libs,ALL -o $@ $^ $(call PLUGIN_LIBS,$*)
comma := ,

# Stands between the store and the kernel in the fault suites; without the product's flags.
$(B)/shim.so: tests/crash/shim.c
	@mkdir -p $(@D)
	$(CC) -std=gnu2x -D_GNU_SOURCE -O1 -g -Wall -Wextra -fPIC -shared -o $@ $< -ldl

# A unit test links the folders that its second line names: /* links: store host pop3 */
links = $(shell sed -n '2s|/\* links: \(.*\) \*/|\1|p' $(1))
test_objects = $(foreach l,$(call links,$(1)),$(if $(filter store,$l),$(STORE),$(if $(filter host,$l),$(HOST),$(if $(filter harness,$l),$(call nomain,tests/harness),$(call nomain,frontends/$l)))))
$(UNIT): $(B)/%: $(B)/tests/unit/%.o $$(call test_objects,tests/unit/$$*.c) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(STORE_LIBS) $(HOST_LIBS) $(LIB_LIBS) -lroaring -lcmocka
$(B)/transcript: $(call obj,tests/harness) $(STORE) $(HOST) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(STORE_LIBS) $(HOST_LIBS) $(LIB_LIBS)
$(FUZZ): $(B)/%: $(B)/tests/fuzz/%.o $$(call test_objects,tests/fuzz/$$*.c) $(LIB)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(STORE_LIBS) $(HOST_LIBS) $(LIB_LIBS) -lroaring

$(B)/body_bench: $(B)/tests/bench/body_bench.o $(STORE) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(STORE_LIBS) $(LIB_LIBS)

# What the differential tests of MIME compare: tests/mime/compare.py.
MIME_TOOLS := $(B)/mime_dump $(B)/mime_gmime
mime_tools: $(MIME_TOOLS)
$(B)/mime_dump: $(B)/tests/mime/dump.o $(LIB)
$(B)/mime_bench: $(B)/tests/bench/mime_bench.o $(LIB)
$(B)/mime_dump $(B)/mime_bench:
	$(CC) $(LDFLAGS) -o $@ $^ -lutf8proc
# A mailbox of a million messages and what its requests cost.
$(B)/million: $(B)/tests/bench/million.o $(STORE) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(STORE_LIBS) $(LIB_LIBS) -lcmocka
$(B)/mime_gmime: $(B)/tests/mime/gmime.o
	$(CC) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs gmime-3.0)
$(B)/tests/mime/gmime.o: CPPFLAGS += $(shell pkg-config --cflags gmime-3.0 | sed 's/-I/-isystem /g')

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(B)/tests/%.o: CPPFLAGS += -iquote tests/harness -iquote store -iquote frontends/host -iquote frontends
$(B)/store/%.o: CPPFLAGS += -iquote store
$(B)/frontends/%.o: CPPFLAGS += -I$(<D)
$(B)/tools/%.o: CPPFLAGS += -I$(<D)

units: $(UNIT) $(B)/transcript
test: all units
	tests/run unit $(B)
asan:
	$(MAKE) MODE=asan test
fuzz:
	$(MAKE) MODE=fuzz CC=clang B=build/fuzz fuzzers
fuzzers: $(FUZZ)
lint: all
	tests/run lint $(B)
bench: all $(B)/mime_bench
	$(B)/mime_bench
	tests/bench/run $(B)
mutants:
	tests/run mutants $(B)
soak: all units $(B)/shim.so
	SOAK=1 tools/check

# Programs: postkeepd looks for the others beside itself, then in ../lib/postkeep.
D := $(DESTDIR)$(PREFIX)
install: all
	install -d $(D)/bin $(D)/sbin $(D)/lib/postkeep $(D)/lib/pkgconfig $(D)/include/postkeep $(D)/share/doc/postkeep
	install $(B)/pkctl $(D)/bin
	install $(B)/postkeepd $(D)/sbin
	install $(filter-out %/pkctl %/postkeepd,$(PROGRAMS)) $(D)/lib/postkeep
	install -m 644 $(PLUGINS) $(D)/lib/postkeep
	install -m 644 $(API) $(D)/lib
	install -m 644 include/postkeep/* $(D)/include/postkeep
	for l in base mime proto; do install -d $(D)/include/postkeep/lib/$$l && install -m 644 lib/$$l/*.h $(D)/include/postkeep/lib/$$l; done
	for m in man/*.[0-9]; do install -d $(D)/share/man/man$${m##*.} && install -m 644 $$m $(D)/share/man/man$${m##*.}; done
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' tools/postkeep.pc.in >$(D)/lib/pkgconfig/postkeep.pc
	install -d $(D)/share/postkeep/fail2ban
	install -m 644 tools/fail2ban/postkeep.filter tools/fail2ban/postkeep.jail $(D)/share/postkeep/fail2ban
	install -m 644 tools/postkeep.conf README.md LICENSE $(D)/share/doc/postkeep
clean:
	rm -rf build

.PHONY: all units mime_tools test asan fuzz fuzzers lint bench mutants soak install clean
-include $(shell find $(B) -name '*.d' 2>/dev/null)
