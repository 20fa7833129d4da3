# make [all|test|asan|fuzz|bench|lint|soak|mutants|install|uninstall|clean]   MODE=release|asan|fuzz
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
PROGRAMS := $(foreach d,store:pkstored frontends/host:pkfrontd tools/postkeepd:postkeepd tools/pkctl:pkctl \
	tools/metrics:pkmetrics,\
	$(if $(wildcard $(firstword $(subst :, ,$d))/main.c),$(B)/$(lastword $(subst :, ,$d))))
UNIT    := $(patsubst tests/unit/%.c,$(B)/%,$(wildcard tests/unit/*.c))
FUZZ    := $(patsubst tests/fuzz/%.c,$(B)/%,$(wildcard tests/fuzz/*.c))

# Libraries: what the layer table allows each program.
LIB_LIBS    := -luv -lconfuse -lutf8proc -lz
OS_LIBS     := -lseccomp
STORE_LIBS  := $(OS_LIBS) -llmdb -lzstd -lsodium -lcrypto -lcrypt -lidn2 -ljansson
HOST_LIBS   := $(OS_LIBS) -lssl -lcrypto -lz -ldl
CTL_LIBS    := -ljansson -lsodium -lcrypto
METRICS_LIBS := $(OS_LIBS)
SUPER_LIBS  := $(OS_LIBS) -lcrypto -lconfuse
PLUGIN_LIBS  = -lutf8proc $(if $(filter imap,$(1)),-lroaring)

all: $(PROGRAMS) $(PLUGINS) $(API)

$(API): $(call obj,$(PUBLIC))
$(LIB): $(call obj,$(PUBLIC) lib/os)
$(STORE): $(call nomain,store)
$(HOST): $(call nomain,frontends/host)
$(API) $(LIB) $(STORE) $(HOST):
	@rm -f $@
	ar rcsD $@ $^

$(B)/pkstored: $(B)/store/main.o $(STORE) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(STORE_LIBS) $(LIB_LIBS)
$(B)/pkfrontd: $(B)/frontends/host/main.o $(HOST) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(HOST_LIBS) $(LIB_LIBS)
$(B)/postkeepd: $(call obj,tools/postkeepd) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(SUPER_LIBS) $(LIB_LIBS)
$(B)/pkmetrics: $(call obj,tools/metrics) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(METRICS_LIBS)
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
test_objects = $(foreach l,$(call links,$(1)),$(if $(filter store,$l),$(STORE),$(if $(filter host,$l),$(HOST),$(if $(filter harness,$l),$(call nomain,tests/harness),$(if $(filter metrics,$l),$(call nomain,tools/metrics),$(call nomain,frontends/$l))))))
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
# A mailbox of a million messages and what its requests cost; a delivery, and reading, in the store
# alone.
$(B)/million: $(B)/tests/bench/million.o $(STORE) $(LIB)
$(B)/deliver_bench: $(B)/tests/bench/deliver_bench.o $(STORE) $(LIB)
$(B)/read_bench: $(B)/tests/bench/read_bench.o $(STORE) $(LIB)
$(B)/million $(B)/deliver_bench $(B)/read_bench:
	$(CC) $(LDFLAGS) -o $@ $^ $(STORE_LIBS) $(LIB_LIBS) -lcmocka
$(B)/mime_gmime: $(B)/tests/mime/gmime.o
	$(CC) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs gmime-3.0)
$(B)/tests/mime/gmime.o: CPPFLAGS += $(shell pkg-config --cflags gmime-3.0 | sed 's/-I/-isystem /g')

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(B)/tests/%.o: CPPFLAGS += -iquote tests/harness -iquote store -iquote frontends/host -iquote frontends \
	-iquote tools/metrics
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
bench: all $(B)/mime_bench $(B)/deliver_bench $(B)/read_bench
	$(B)/mime_bench
	$(B)/deliver_bench
	$(B)/read_bench
	tests/bench/run $(B)
mutants:
	tests/run mutants $(B)
soak: all units $(B)/shim.so
	SOAK=1 tools/check

# What is installed where, as MODE|FILE|PATH. postkeepd looks for the other programs beside itself,
# then in ../lib/postkeep. DESTDIR goes before each path.
BINDIR     ?= $(PREFIX)/bin
SBINDIR    ?= $(PREFIX)/sbin
LIBDIR     ?= $(PREFIX)/lib
PRIVDIR    ?= $(PREFIX)/lib/postkeep
INCLUDEDIR ?= $(PREFIX)/include
MANDIR     ?= $(PREFIX)/share/man
DOCDIR     ?= $(PREFIX)/share/doc/postkeep
COMPDIR    ?= $(PREFIX)/share/bash-completion/completions
UNITDIR    ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
SYSCONFDIR ?= /etc
CONFIG     := $(SYSCONFDIR)/postkeep/postkeep.conf

put     = $(foreach f,$(2),$(1)|$f|$(3)/$(notdir $f))
put_as  = $(1)|$(2)|$(3)
MADE    := $(B)/made
UNITS   := $(patsubst tools/systemd/%.in,$(MADE)/%,$(wildcard tools/systemd/*.service.in))
INSTALLED = $(call put,755,$(B)/pkctl,$(BINDIR)) \
	$(call put,755,$(B)/postkeepd,$(SBINDIR)) \
	$(call put,755,$(filter-out %/pkctl %/postkeepd,$(PROGRAMS)),$(PRIVDIR)) \
	$(call put,755,tools/certbot-hook,$(PRIVDIR)) \
	$(call put,644,$(PLUGINS),$(PRIVDIR)) \
	$(call put,644,$(API),$(LIBDIR)) \
	$(call put,644,$(MADE)/postkeep.pc,$(LIBDIR)/pkgconfig) \
	$(call put,644,$(wildcard include/postkeep/*),$(INCLUDEDIR)/postkeep) \
	$(foreach l,base mime proto,$(call put,644,$(wildcard lib/$l/*.h),$(INCLUDEDIR)/postkeep/lib/$l)) \
	$(foreach m,$(wildcard man/*.[0-9]),$(call put,644,$m,$(MANDIR)/man$(subst .,,$(suffix $m)))) \
	$(call put,644,$(UNITS),$(UNITDIR)) \
	$(call put_as,644,tools/completion.bash,$(COMPDIR)/pkctl) \
	$(call put_as,644,tools/systemd/sysusers.conf,$(SYSUSERSDIR)/postkeep.conf) \
	$(call put_as,644,tools/systemd/tmpfiles.conf,$(TMPFILESDIR)/postkeep.conf) \
	$(call put,644,tools/fail2ban/postkeep.filter tools/fail2ban/postkeep.jail,$(PREFIX)/share/postkeep/fail2ban) \
	$(call put,644,tools/postkeep.conf README.md LICENSE,$(DOCDIR))
field   = $(word $(1),$(subst |, ,$(2)))
define NEWLINE


endef

FILL := sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|; s|@LIBDIR@|$(LIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|; \
	s|@PRIVDIR@|$(PRIVDIR)|; s|@SBINDIR@|$(SBINDIR)|; s|@CONFIG@|$(CONFIG)|; s|@SYSCONFDIR@|$(SYSCONFDIR)|'
# What units have in common stands in one file.
define made
	@mkdir -p $(@D)
	@sed -e '/^@COMMON@$$/{r tools/systemd/common.in' -e 'd}' $< | $(FILL) >$@
endef
$(MADE)/postkeep.pc: tools/postkeep.pc.in FORCE
	$(made)
$(UNITS): $(MADE)/%: tools/systemd/%.in FORCE
	$(made)
# A configuration that is there stays; uninstall leaves it, and all mail.
install: all $(MADE)/postkeep.pc $(UNITS)
	$(foreach i,$(INSTALLED),install -D -m $(call field,1,$i) $(call field,2,$i) '$(DESTDIR)$(call field,3,$i)'$(NEWLINE)	)
	[ -e '$(DESTDIR)$(CONFIG)' ] || install -D -m 644 tools/postkeep.conf '$(DESTDIR)$(CONFIG)'
uninstall:
	$(foreach i,$(INSTALLED),rm -f '$(DESTDIR)$(call field,3,$i)'$(NEWLINE)	)
	for d in $(INCLUDEDIR)/postkeep $(PRIVDIR) $(PREFIX)/share/postkeep $(DOCDIR); do \
		! [ -d "$(DESTDIR)$$d" ] || find "$(DESTDIR)$$d" -depth -type d -empty -delete; done
clean:
	rm -rf build

.PHONY: all units mime_tools test asan fuzz fuzzers lint bench mutants soak install uninstall clean FORCE
-include $(shell find $(B) -name '*.d' 2>/dev/null)
