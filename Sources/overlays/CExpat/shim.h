/// Expat, for the XML of S3 and STS.
#ifndef C_EXPAT_SHIM_H
#define C_EXPAT_SHIM_H

#include <expat.h>

#endif
