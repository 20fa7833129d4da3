#ifndef OS_SOCK_H
#define OS_SOCK_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

#include <sys/types.h>

/*
 * Sockets that a supervisor opens for others. Every descriptor is close-on-exec. On failure errno
 * says why.
 */

/*
 * A listening TCP socket. address: an IPv4 or IPv6 address as text, or "*": every address of the
 * machine, IPv6 and IPv4 in one socket (IPv4 alone where the machine has no IPv6). port 0: any.
 * PK_EINVAL: not an address. PK_EBUSY: somebody has the port. PK_EPERM: the port is a privileged
 * one.
 */
enum pk_status sock_listen(const char *address, uint16_t port, int *fd);

/*
 * The same while `other`, a socket of this process, listens on the port: on every address while the
 * new one wants a single one, or the other way round. A connection goes to the single address.
 */
enum pk_status sock_listen_beside(const char *address, uint16_t port, int other, int *fd);

/*
 * A listening unix stream socket at path, in place of a socket that an earlier run left there.
 * mode: of the file; group: its group, or -1. PK_EBUSY: somebody listens on it, or it is no socket.
 */
enum pk_status sock_listen_unix(const char *path, mode_t mode, gid_t group, int *fd);
/* One for packets (SOCK_SEQPACKET), for this user and root alone. */
enum pk_status sock_listen_packets(const char *path, int *fd);
/* Connects to such a one, without waiting; neither does the socket wait for anything. */
enum pk_status sock_connect_packets(const char *path, int *fd);
enum pk_status sock_unix_rights(const char *path, mode_t mode, gid_t group);

/* type: SOCK_STREAM for links, SOCK_SEQPACKET for control sockets. */
enum pk_status sock_pair(int type, int fd[2]);

/* Who connected to a unix socket, as the kernel saw it then. */
struct sock_peer {
	pid_t pid;
	uid_t uid;
	gid_t gid;
};
enum pk_status sock_peer(int fd, struct sock_peer *peer);

/* Whether who connected was in the group then, by its primary group or any other of its groups. */
bool sock_peer_in_group(int fd, gid_t group);

#endif
