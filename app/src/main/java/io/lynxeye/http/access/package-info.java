/** Who may send requests: keys, origins, hosts. */
package io.lynxeye.http.access;
