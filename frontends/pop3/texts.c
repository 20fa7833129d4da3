#include "texts.h"

#include "proto/say.h"

const struct pop3_language_name pop3_languages[POP3_LANGUAGES] = {
	[POP3_ENGLISH] = {S("en"), S("English")         },
	[POP3_GERMAN] = {S("de"), S("Deutsch")         },
	[POP3_INDONESIAN] = {S("id"), S("Bahasa Indonesia")},
};

/* clang-format off */
static const struct slice texts[][POP3_LANGUAGES] = {
	{S("POP3 is switched off for this account: ask your administrator"),
	 S("POP3 ist für dieses Konto abgeschaltet: bitte den Administrator fragen"),
	 S("POP3 dimatikan untuk akun ini: tanyakan kepada administrator")},
	{S("TLS is on already"), S("TLS ist schon an"), S("TLS sudah aktif")},
	{S("TOP number lines"), S("TOP Nummer Zeilen"), S("TOP nomor baris")},
	{S("USER first"), S("zuerst USER"), S("USER dahulu")},
	{S("a limit was reached, try again later"),
	 S("eine Grenze ist erreicht, später noch einmal versuchen"),
	 S("batas telah tercapai, coba lagi nanti")},
	{S("an argument is missing"), S("ein Argument fehlt"), S("ada argumen yang kurang")},
	{S("another session has the maildrop, try again later"),
	 S("eine andere Sitzung hat das Postfach, später noch einmal versuchen"),
	 S("kotak surat dipakai sesi lain, coba lagi nanti")},
	{S("begin TLS"), S("TLS beginnt"), S("mulai TLS")},
	{S("bye"), S("auf Wiedersehen"), S("sampai jumpa")},
	{S("cancelled"), S("abgebrochen"), S("dibatalkan")},
	{S("deleted"), S("gelöscht"), S("dihapus")},
	{S("language changed"), S("Sprache gewechselt"), S("bahasa diganti")},
	{S("languages:"), S("Sprachen:"), S("bahasa:")},
	{S("malformed"), S("fehlerhaft"), S("bentuk salah")},
	{S("messages"), S("Nachrichten"), S("pesan")},
	{S("no such language"),
	 S("diese Sprache gibt es hier nicht"),
	 S("bahasa ini tidak tersedia")},
	{S("no such mechanism"), S("dieses Verfahren gibt es nicht"), S("mekanisme ini tidak ada")},
	{S("no such message"), S("diese Nachricht gibt es nicht"), S("pesan ini tidak ada")},
	{S("not now"), S("nicht jetzt"), S("tidak sekarang")},
	{S("not offered"), S("nicht angeboten"), S("tidak ditawarkan")},
	{S("not permitted"), S("nicht erlaubt"), S("tidak diizinkan")},
	{S("not without TLS: STLS first"),
	 S("nicht ohne TLS: zuerst STLS"),
	 S("tidak tanpa TLS: STLS dahulu")},
	{S("nothing is deleted"), S("nichts ist gelöscht"), S("tidak ada yang dihapus")},
	{S("octets"), S("Oktette"), S("oktet")},
	{S("seconds to wait"), S("Sekunden Wartezeit"), S("detik harus menunggu")},
	{S("some deleted messages are not removed: delete them again"),
	 S("manche gelöschten Nachrichten sind noch da: bitte erneut löschen"),
	 S("sebagian pesan yang dihapus masih ada: hapus sekali lagi")},
	{S("the account is suspended, or POP3 is switched off for it: ask your administrator"),
	 S("das Konto ist gesperrt oder POP3 dafür abgeschaltet: bitte den Administrator fragen"),
	 S("akun ini ditangguhkan atau POP3 dimatikan untuknya: tanyakan kepada administrator")},
	{S("the line is too long"), S("die Zeile ist zu lang"), S("baris terlalu panjang")},
	{S("the message is deleted already"),
	 S("die Nachricht ist schon gelöscht"),
	 S("pesan ini sudah dihapus")},
	{S("the message is gone"), S("die Nachricht ist fort"), S("pesan ini sudah tidak ada")},
	{S("the name is too long"), S("der Name ist zu lang"), S("nama terlalu panjang")},
	{S("the server is going down"), S("der Server wird angehalten"), S("server akan berhenti")},
	{S("the session was ended"), S("die Sitzung wurde beendet"), S("sesi diakhiri")},
	{S("there is no such mailbox: check the name you log in with"),
	 S("dieses Postfach gibt es nicht: bitte den Anmeldenamen prüfen"),
	 S("kotak surat ini tidak ada: periksa nama untuk masuk")},
	{S("this is not a web server"), S("das ist kein Webserver"), S("ini bukan server web")},
	{S("too many arguments"), S("zu viele Argumente"), S("terlalu banyak argumen")},
	{S("try again later"), S("später noch einmal versuchen"), S("coba lagi nanti")},
	{S("unknown command"), S("unbekannter Befehl"), S("perintah tidak dikenal")},
	{S("wrong name or password"),
	 S("Name oder Kennwort falsch"),
	 S("nama atau kata sandi salah")},
};
/* clang-format on */

bool pop3_language_find(struct slice range, enum pop3_language *out)
{
	while (range.n) {
		for (int i = 0; i < POP3_LANGUAGES; i++)
			if (slice_ieq(range, pop3_languages[i].tag)) {
				*out = (enum pop3_language)i;
				return true;
			}
		while (range.n && range.p[range.n - 1] != '-') /* its last subtag goes */
			range.n--;
		range.n -= range.n > 0;
	}
	return false;
}

struct slice pop3_text(enum pop3_language language, struct slice english)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (slice_eq(texts[i][POP3_ENGLISH], english))
			return texts[i][language];
	return english;
}

/* "-ERR [IN-USE] " of an answer. */
static struct slice take_head(struct slice *answer)
{
	struct slice all = *answer;

	(void)slice_cut(answer, ' ');
	if (answer->n && *answer->p == '[')
		(void)slice_cut(answer, ' ');
	return slice_head(all, all.n - answer->n);
}

void pop3_put_answer(struct pk_io *io, enum pop3_language language, struct slice answer)
{
	struct slice words = answer;

	pk_put(io, take_head(&words));
	say_line(io, pop3_text(language, words));
}
