ARG DATABASE_URL=tiny://app:s3cret-password@database/app
