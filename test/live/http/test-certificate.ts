import type { Certificate } from '../../../src/live/http/closing.js';

/** For 127.0.0.1, signed by itself, good for a hundred years, and of no use to anybody: its key is here. */
export const TEST_CERTIFICATE: Certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgu0yld4b+gDpXofA+
lP+efFAOVxrZhcIJZKj88qLitiChRANCAAR4t3uSRMnP4R93uN11xGgsVdcZbhzd
nIy7B4WZnlzLZrhaau+RbWLMlHf9W7z68/0N+w9e9P7GaWstsy6yxjmj
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUJMdmw+3f2YMlGz7O271cCzKh8u8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMjE2NDIwM1oYDzIxMjYxMDI5
MTY0MjAzWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR4t3uSRMnP4R93uN11xGgsVdcZbhzdnIy7B4WZnlzLZrhaau+RbWLM
lHf9W7z68/0N+w9e9P7GaWstsy6yxjmjo28wbTAdBgNVHQ4EFgQUXcn+UVrRXP7/
VFDtnOePBh62gNowHwYDVR0jBBgwFoAUXcn+UVrRXP7/VFDtnOePBh62gNowDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDRwAwRAIfQ5RfmLVA78wsldI/mIVgNjvMS+0cPGrT//hFhsgxEQIhAKlJ
FjWX9yXq1COhLQzxGALZXt2g1iSx8s/GEOBNb+Fh
-----END CERTIFICATE-----
`,
};
