#include "dictionary.h"

/* The assembler finds the file from the top of the tree, where the Makefile runs the compiler. */
__asm__(".section .rodata\n"
        ".global dictionary_1\n"
        ".hidden dictionary_1\n"
        "dictionary_1: .incbin \"store/dict/1.zdict\"\n"
        ".global dictionary_1_end\n"
        ".hidden dictionary_1_end\n"
        "dictionary_1_end: .byte 0\n"
        ".text\n");

extern const char dictionary_1[], dictionary_1_end[];

struct slice dictionary_bytes(uint8_t number)
{
	if (number != 1)
		return S("");
	return (struct slice){dictionary_1, (size_t)(dictionary_1_end - dictionary_1)};
}
