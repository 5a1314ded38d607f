# The compiler's flags (docs/HACKING.md, "Flags"), as one interface library.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

add_library(buzzard_flags INTERFACE)
target_compile_definitions(buzzard_flags INTERFACE _GNU_SOURCE)
target_compile_options(buzzard_flags INTERFACE -fno-common -g
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
  -Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef -Wvla
  -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion
  -Wdate-time)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  target_compile_options(buzzard_flags INTERFACE -Wcast-align=strict
    -Wformat-signedness -Wduplicated-cond -Wduplicated-branches -Wlogical-op
    -Wjump-misses-init -Warith-conversion -Wtrampolines -Wbidi-chars=any
    -Wstack-usage=16384)
else()
  target_compile_options(buzzard_flags INTERFACE -Wcomma
    -Wmissing-variable-declarations -Wunreachable-code -Wcast-align)
endif()
if(BUZZARD_WERROR)
  target_compile_options(buzzard_flags INTERFACE -Werror)
endif()
if(BUZZARD_FAILPOINTS)
  target_compile_definitions(buzzard_flags INTERFACE BUZZARD_FAILPOINTS)
endif()

if(BUZZARD_FUZZ AND NOT BUZZARD_COVERAGE)
  target_compile_options(buzzard_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(BUZZARD_COVERAGE)
  set(coverage -fprofile-instr-generate -fcoverage-mapping)
  target_compile_options(buzzard_flags INTERFACE ${coverage})
  target_link_options(buzzard_flags INTERFACE ${coverage})
endif()

if(BUZZARD_SANITIZE)
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_compile_options(buzzard_flags INTERFACE ${sanitize})
  target_link_options(buzzard_flags INTERFACE ${sanitize})
  # The sanitizers put their own red zones on the stack, and what they insert
  # makes gcc guess at NULLs that cannot be.
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(buzzard_flags INTERFACE -Wno-stack-usage
      -Wno-null-dereference)
    # A program for each test and none is shipped: the quicker linker.  (It
    # warns at clang's library of the sanitizers.)
    check_linker_flag(C -fuse-ld=gold HAVE_GOLD)
    if(HAVE_GOLD)
      target_link_options(buzzard_flags INTERFACE -fuse-ld=gold)
    endif()
  endif()
else()
  # Each is used where the compiler has it.
  foreach(flag -fstack-protector-strong -fstack-clash-protection
      -fcf-protection=full -mbranch-protection=standard
      -fno-delete-null-pointer-checks -fno-strict-overflow
      -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr
      -fstrict-flex-arrays=3)
    string(MAKE_C_IDENTIFIER "HAVE${flag}" have)
    set(CMAKE_REQUIRED_FLAGS -Werror)
    check_c_compiler_flag(${flag} ${have})
    unset(CMAKE_REQUIRED_FLAGS)
    if(${have})
      target_compile_options(buzzard_flags INTERFACE ${flag})
    endif()
  endforeach()
  if(CMAKE_BUILD_TYPE MATCHES "Rel")
    target_compile_options(buzzard_flags INTERFACE -U_FORTIFY_SOURCE
      -D_FORTIFY_SOURCE=3)
  endif()
  target_link_options(buzzard_flags INTERFACE -pie -Wl,-z,relro,-z,now
    -Wl,-z,noexecstack,-z,nodlopen,--as-needed)
endif()
